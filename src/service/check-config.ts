/** What is wrong with `config.yaml`, where, and its JSON Schema for editors. */
import { z } from 'zod'
import { compilePattern } from '../agents/blocker-pattern.ts'
import { errorMessage } from '../lib/errors.ts'
import { readYaml, type YamlProblem } from '../lib/read-yaml.ts'
import { ConfigFile } from './config-file.ts'

/** Every problem of the text; none when it is valid. */
export function checkConfig(text: string): YamlProblem[] {
  const { value, problems, placeOf } = readYaml(text, ConfigFile)
  if (value === undefined) return problems
  return value.blockers.patterns.flatMap((pattern, index) => {
    try {
      compilePattern(pattern)
      return []
    } catch (error) {
      const path = ['blockers', 'patterns', index, 'pattern']
      const message = `"${pattern.name}" is no regular expression: ${errorMessage(error)}`
      return [{ ...placeOf(path), field: z.core.toDotPath(path), message }]
    }
  })
}

/** `config.yaml` as a JSON Schema. */
export function configSchema(): object {
  return { title: 'config.yaml of iterm-orch', ...z.toJSONSchema(ConfigFile, { io: 'input' }) }
}
