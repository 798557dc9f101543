// An input box with the habits of real ones.
//   burstMs        Enter within this time after text is a newline
//   swallow        so many Enters are ignored
//   draft, ghost   what stands in the box at the beginning; `draftUntil`: the draft goes away when this file is there
//   readBytes      input is taken in pieces of so many bytes, with pauses
//   dialogOnInput  a dialog comes up the moment text arrives
//   busy           it works already
import { existsSync } from 'node:fs'
import { StandIn, scenario } from './stand-in.mjs'

const options = scenario()

class Box extends StandIn {
  textAt = 0
  swallowed = 0
  #queue = Promise.resolve()

  take(text) {
    if (options.readBytes === undefined) return super.take(text)
    this.#queue = this.#queue.then(() => this.takeSlowly(Buffer.from(text)))
  }

  async takeSlowly(bytes) {
    for (let at = 0; at < bytes.length; at += options.readBytes) {
      await new Promise((resolve) => setTimeout(resolve, 30))
      this.pending = Buffer.concat([
        this.pending ?? Buffer.alloc(0),
        bytes.subarray(at, at + options.readBytes),
      ])
      const open = this.pending.includes('\x1b[200~') && !this.pending.includes('\x1b[201~')
      if (open) continue
      super.take(this.pending.toString('utf8'))
      this.pending = undefined
    }
  }

  paste(text) {
    super.paste(text)
    this.onText()
  }

  key(key) {
    if (this.dialog) {
      if (key === '\r') this.note({ approved: true })
      return
    }
    if (key === '\r' && Date.now() - this.textAt < (options.burstMs ?? 0)) {
      this.draft += '\n'
      return
    }
    if (key === '\r' && this.swallowed < (options.swallow ?? 0)) {
      this.swallowed += 1
      return
    }
    super.key(key)
    if (key !== '\r') this.onText()
  }

  onText() {
    this.textAt = Date.now()
    if (!options.dialogOnInput) return
    this.draft = ''
    this.dialog = { question: 'Do you want to proceed?', options: ['Yes', 'No'] }
  }
}

const box = new Box(options.log)
box.draft = options.draft ?? ''
box.ghost = options.ghost ?? ''
if (options.busy) {
  box.spinner = '✽ Pondering… (4s · ↓ 88 tokens)'
  box.footer = '  esc to interrupt'
}
if (options.draftUntil !== undefined) {
  const looking = setInterval(() => {
    if (!existsSync(options.draftUntil)) return
    clearInterval(looking)
    box.draft = ''
    box.draw()
  }, 50)
}
box.draw()
