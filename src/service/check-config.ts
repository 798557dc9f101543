/** What is wrong with `config.yaml`, where, and its JSON Schema for editors. */
import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { compilePattern } from '../agents/blocker-pattern.ts'
import { errorMessage } from '../lib/errors.ts'
import { type Place, placeAt, placeOf } from '../lib/yaml-place.ts'
import { ConfigFile } from './config-file.ts'

export interface ConfigProblem extends Place {
  /** Path of the field, such as `blockers.patterns[0].kind`; empty for the file as a whole. */
  field: string
  message: string
}

/** Every problem of the text; none when it is valid. */
export function checkConfig(text: string): ConfigProblem[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  if (document.errors.length > 0) {
    return document.errors.map(({ message, pos }) => ({
      ...placeAt(lines, pos[0]),
      field: '',
      message: message.split(/ at line \d|\n/u, 1)[0] ?? message,
    }))
  }
  const at = (path: readonly PropertyKey[], message: string): ConfigProblem => ({
    ...placeOf(document, path, lines),
    field: z.core.toDotPath(path),
    message,
  })
  const parsed = ConfigFile.safeParse(document.toJS() ?? {})
  if (!parsed.success) {
    return parsed.error.issues.map((issue) =>
      issue.code === 'unrecognized_keys'
        ? at([...issue.path, issue.keys[0] ?? ''], 'is no key here; see `iterm-orch config schema`')
        : at(issue.path, issue.message),
    )
  }
  return parsed.data.blockers.patterns.flatMap((pattern, index) => {
    try {
      compilePattern(pattern)
      return []
    } catch (error) {
      const message = `"${pattern.name}" is no regular expression: ${errorMessage(error)}`
      return [at(['blockers', 'patterns', index, 'pattern'], message)]
    }
  })
}

/** As compilers say it, so that editors and terminals find the place. */
export function configProblemText(path: string, { line, column, field, message }: ConfigProblem): string {
  return [`${path}:${line}:${column}`, field, message].filter((text) => text !== '').join(': ')
}

/** `config.yaml` as a JSON Schema. */
export function configSchema(): object {
  return { title: 'config.yaml of iterm-orch', ...z.toJSONSchema(ConfigFile, { io: 'input' }) }
}
