/** Deleting outside the session's directory, or more than belongs to it. */
import { absolutePath, isInside, type Place } from '../paths/place.ts'
import { programName, type SimpleCommand } from '../shell/command.ts'
import { hasUnknownWord, knownWords, operands } from './words.ts'

const deleters: ReadonlySet<string> = new Set([
  'rm',
  'rmdir',
  'unlink',
  'shred',
  'srm',
  'trash',
  'wipe',
  'rimraf',
  'truncate',
])

export function deletesTooMuch(command: SimpleCommand, place: Place): boolean {
  const name = programName(command) ?? ''
  if (name === 'find') return deletesByFind(command, place)
  if (name === 'mv' || name === 'ln') return takesFromOutside(command, place)
  if (name === 'rsync')
    return knownWords(command).some((word) => word.startsWith('--del') || word.startsWith('--remove'))
  if (!deleters.has(name)) return false
  if (hasUnknownWord(command)) return true
  const targets = operands(command)
  return targets.length === 0 || targets.some((target) => isTooMuch(target, command, place))
}

/** Outside; or the directory itself, a part of the path to it, or the history of its work. */
function isTooMuch(target: string, { directories }: SimpleCommand, place: Place): boolean {
  if (!directories || target === '' || /(?:^|\/)\.git(?:\/|$)/iu.test(target)) return true
  return directories.some((from) => {
    const path = absolutePath(target, from, place)
    return path === undefined || path === from || path === place.directory || !isInside(path, place)
  })
}

function deletesByFind(command: SimpleCommand, place: Place): boolean {
  const words = knownWords(command)
  if (!words.includes('-delete')) return false
  const end = words.findIndex((word) => /^[-(!]/u.test(word))
  const starts = words.slice(0, end)
  // Without a start it begins here, at the directory itself.
  return (
    hasUnknownWord(command) || starts.length === 0 || starts.some((start) => isTooMuch(start, command, place))
  )
}

/** What is moved or linked from elsewhere is gone there, or opens a way out of here. */
function takesFromOutside(command: SimpleCommand, place: Place): boolean {
  if (hasUnknownWord(command)) return true
  return operands(command).some((operand) => {
    const { directories } = command
    if (!directories) return true
    return directories.some((from) => {
      const path = absolutePath(operand, from, place)
      return path === undefined || !isInside(path, place) || /(?:^|\/)\.git(?:\/|$)/iu.test(path)
    })
  })
}
