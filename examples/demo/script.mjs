// What the three scripts of the demo share: printing, asking, and noting when something was printed.
import { once } from 'node:events'
import { appendFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

/** Prints steps of work, one after the other. */
export async function work(...steps) {
  for (const step of steps) {
    await delay(400)
    console.log(step)
  }
}

/** Prints a question, and gives the line that is typed. */
export async function ask(question) {
  const input = createInterface({ input: process.stdin })
  const answered = once(input, 'line')
  say(question)
  const [answer] = await answered
  input.close()
  return answer.trim()
}

/** Prints a line, and notes the time just before in the file DEMO_CLOCK, for measuring. */
export function say(line) {
  const clock = process.env.DEMO_CLOCK
  if (clock)
    appendFileSync(clock, `${JSON.stringify({ line, at: performance.timeOrigin + performance.now() })}\n`)
  console.log(line)
}
