// Shows screens that imitate something, one after the other, and notes every byte that is typed into it.
//   file   JSON list of `{ place, shown }`
//   step   when `<step>.<n>` appears, screen n/2 is shown (n even), or the honest dialog after it (n odd)
//   box    a box for input stands below what is shown, as in an agent that shows what a tool has put out
import { existsSync, readFileSync } from 'node:fs'
import { StandIn, scenario } from './stand-in.mjs'

const options = scenario()
const screens = JSON.parse(readFileSync(options.file, 'utf8'))

class Shower extends StandIn {
  /** Shows one screen; what a program puts out begins at the left, below what stood there. */
  show({ place, shown }) {
    this.dialog = undefined
    process.stdout.write('\x1b[!p\x1b[H\x1b[2J')
    if (place === 'bottom') {
      process.stdout.write(`$ ./build.sh\r\n${shown}`)
      return
    }
    this.transcript = ['⏺ Bash(cat notes.txt)', ...shown.split('\r\n').map((line) => `  ⎿  ${line}`), '']
    this.draw()
  }

  honest(index) {
    process.stdout.write('\x1b[!p\x1b[H\x1b[2J')
    this.transcript = []
    const question = 'Do you want to proceed?'
    this.dialog = { question, options: ['Yes', 'No'], subject: `unlisted-program --number ${index}` }
    this.draw()
  }
}

const shower = new Shower(options.log)
let next = 0
setInterval(() => {
  if (!existsSync(`${options.step}.${next}`)) return
  const index = Math.floor(next / 2)
  if (next % 2 === 0) shower.show(screens[index])
  else shower.honest(index)
  shower.note({ stepped: next })
  next += 1
}, 20)
shower.draw()
