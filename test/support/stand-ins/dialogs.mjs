// Dialogs one after the other, then an input box. Every dialog of `dialogs`:
//   question, options, subject, selected, numbered
//   digits: false    digits are ignored; arrows and Enter only
//   deafMs           keys are ignored for so long after it was drawn
//   swapMs           it gives way to the next one by itself after this time
//   swapOnArrow      it gives way to the next one at the first arrow
//   ticks            several may be ticked with digits; Right hands them in
import { StandIn, scenario } from './stand-in.mjs'

const options = scenario()

class Dialogs extends StandIn {
  #left = [...options.dialogs]

  next() {
    this.dialog = this.#left.shift()
    this.drawnAt = Date.now()
    if (this.dialog?.ticks) this.ticked = new Set()
    const dialog = this.dialog
    if (dialog?.swapMs !== undefined) {
      setTimeout(() => {
        if (this.dialog !== dialog) return
        this.next()
        this.draw()
      }, dialog.swapMs)
    }
  }

  key(key) {
    const { dialog } = this
    if (!dialog) return super.key(key)
    if (Date.now() - this.drawnAt < (dialog.deafMs ?? 0)) return
    const arrow = /^\x1b[[O]([AB])$/u.exec(key)?.[1]
    const last = dialog.options.length - 1
    if (arrow && dialog.swapOnArrow) return this.next()
    if (arrow)
      dialog.selected = Math.min(last, Math.max(0, (dialog.selected ?? 0) + (arrow === 'A' ? -1 : 1)))
    else if (key === '\r') this.choose(dialog.selected ?? 0)
    else if (key === '\x1b') this.choose(undefined)
    else if (dialog.ticks && key === '\x1b[C') this.handIn()
    else if (/^[1-9]$/u.test(key) && dialog.digits !== false) this.digit(Number(key) - 1)
  }

  digit(index) {
    if (!this.dialog.options[index]) return
    if (!this.dialog.ticks) return this.choose(index)
    if (!this.ticked.delete(index)) this.ticked.add(index)
  }

  choose(index) {
    this.note({ chose: index === undefined ? 'nothing' : this.dialog.options[index] })
    this.next()
  }

  handIn() {
    this.note({ ticked: [...this.ticked].map((index) => this.dialog.options[index]) })
    this.next()
  }

  dialogRows() {
    const { dialog } = this
    if (!dialog.ticks) return super.dialogRows()
    const labels = dialog.options.map((label, index) => `[${this.ticked.has(index) ? '✔' : ' '}] ${label}`)
    const plain = this.dialog
    this.dialog = { ...dialog, options: labels }
    const rows = super.dialogRows()
    this.dialog = plain
    return rows
  }
}

const dialogs = new Dialogs(options.log)
setTimeout(() => {
  dialogs.next()
  dialogs.draw()
}, options.afterMs ?? 0)
dialogs.draw()
