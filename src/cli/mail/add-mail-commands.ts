/** The commands that agents talk with. */
import type { Command } from 'commander'
import type { CliContext } from '../context.ts'
import { addAsk } from './ask.ts'
import { addInbox } from './inbox.ts'
import { addMail } from './mail.ts'
import { addNote, addNotify, addProgress } from './notify.ts'
import { addReply } from './reply.ts'
import { addReview } from './review.ts'
import { addTell } from './tell.ts'
import { addThread } from './thread.ts'

export function addMailCommands(program: Command, context: CliContext): void {
  addAsk(program, context)
  addReply(program, context)
  addTell(program, context)
  addInbox(program, context)
  addThread(program, context)
  addProgress(program, context)
  addNotify(program, context)
  addNote(program, context)
  addReview(program, context)
  addMail(program, context)
}
