import type { ProfileProblem } from '../agents/load-profiles.ts'

/** `claude.yaml:12: prompts.guardMs: …`. */
export function problemText({ file, line, field, message }: ProfileProblem): string {
  const place = line === undefined ? file : `${file}:${line}`
  return [place, field, message].filter((text) => text !== '').join(': ')
}
