/** The program that an agent without a terminal calls when it wants what its mode does not allow. */

/** @param own program and arguments of `iterm-orch`, absolute */
export function askWords(
  own: readonly string[],
  { agent, task, withinMs }: { agent: string; task: string; withinMs: number },
): string[] {
  return [...own, 'ask-permission', '--agent', agent, '--task', task, '--within', String(withinMs)]
}
