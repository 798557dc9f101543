// An agent whose account has a limit while a file says so; every prompt asks the account anew.
//   limit    path of that file: its text is shown, and nothing is done
//   workMs   so long a turn takes otherwise
//   menu     the limit is shown with a menu of options
//   quote    a turn that is done ends with this text
import { existsSync, readFileSync } from 'node:fs'
import { StandIn, scenario } from './stand-in.mjs'

const options = scenario()

class Limited extends StandIn {
  submit() {
    super.submit()
    if (this.spinner === '') return
    if (existsSync(options.limit)) this.refuse(readFileSync(options.limit, 'utf8').trim())
    else setTimeout(() => this.done(), options.workMs ?? 5_000)
  }

  refuse(text) {
    this.rest()
    if (text !== '') this.transcript.push(`● API Error: ${text}`, '')
    if (!options.menu) return
    this.dialog = {
      question: 'What do you want to do?',
      options: ['Stop and wait for limit to reset', 'Upgrade your plan'],
      subject: '',
    }
  }

  done() {
    this.rest()
    this.transcript.push(`● ${options.quote ?? 'Done with it.'}`, '')
    this.draw()
  }

  rest() {
    this.spinner = ''
    this.footer = '  ? for shortcuts'
  }

  key(key) {
    if (!this.dialog) return super.key(key)
    if (!/^[1-9\x1b]$/u.test(key)) return
    this.note({ chose: this.dialog.options[Number(key) - 1] ?? 'nothing' })
    this.dialog = undefined
  }
}

const agent = new Limited(options.log)
agent.draft = 'do the task'
agent.submit()
agent.draw()
