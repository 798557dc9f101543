/** What an agent is given to do. Pure. */

export interface PromptParts {
  /** The document without what stands at its top. */
  text: string
  /** File with the text. */
  file: string
  /** Id of the task. */
  task: string
}

/** Without blank space around the text: behind the name of a command it is an argument. */
export function fillPrompt(prompt: string, { text, file, task }: PromptParts): string {
  const values: Readonly<Record<string, string>> = { text: text.trim(), file, task }
  // At once: what stands in the text is no place to be filled.
  return prompt.replace(/\{(text|file|task)\}/gu, (place, name: string) => values[name] ?? place)
}

/** In place of a text that is too long for an argument. */
export function pointTo(file: string): string {
  return `Your task is in the file ${file}. Read it, and do what it says.`
}
