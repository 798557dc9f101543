import { homedir } from 'node:os'
import type { Command } from 'commander'
import type { NewSubordinate } from '../../coordination/orchestrator/init.ts'
import { OrchError } from '../../lib/errors.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { CliContext } from '../context.ts'
import { pidOption } from '../coord/coord-call.ts'
import { addExamples } from '../examples.ts'
import { collect } from '../mail/ask.ts'
import { openOrchestrator, orchestratorOption, showSubordinates } from './orch-call.ts'

export function addInit(parent: Command, context: CliContext): void {
  const command = parent
    .command('init')
    .description(
      'Makes the calling process an orchestrator: its mailbox claude_cli_orch_<pid>, the link ' +
        '~/.claude/coordination_orch_<pid>, registry/subordinates.json, the mailboxes of the subordinates and the ' +
        'way to the coordinator.',
    )
    .summary('become an orchestrator')
    .option('-s, --subordinate <name:role>', 'a subordinate and its role; several times for several', collect)
    .addOption(pidOption())
    .action(async (options: { subordinate?: string[]; pid?: number }) => {
      const [{ openComms }, { claimantProcess }, { initOrchestrator }] = await Promise.all([
        import('../../mail/comms.ts'),
        import('../../coordination/owner.ts'),
        import('../../coordination/orchestrator/init.ts'),
      ])
      const comms = await openComms(context.home)
      const subordinates = (options.subordinate ?? []).map((text) => parseSubordinate(text))
      const home = process.env['HOME'] || homedir()
      const { mailbox, link, registry } = await initOrchestrator(
        comms,
        claimantProcess(options.pid),
        subordinates,
        home,
      )
      if (context.out.json) context.out.result({ mailbox: mailbox.name, path: mailbox.path, link, registry })
      // Only the name, so that a script can put it into ITERM_ORCH_MAILBOX.
      else context.out.line(mailbox.name)
    })
  addExamples(command, [
    [
      'export ITERM_ORCH_MAILBOX=$(iterm-orch orch init -s a:frontend_analysis -s b:backend_analysis)',
      'for all that follows',
    ],
  ])
}

export function addAdd(parent: Command, context: CliContext): void {
  const command = parent
    .command('add')
    .description('Registers subordinates and makes their mailboxes.')
    .argument('<name:role...>', 'name or mailbox, and role')
    .addOption(orchestratorOption())
    .addOption(pidOption())
    .action(async (texts: string[], options: { mailbox?: string; pid?: number }) => {
      const { comms, mailbox } = await openOrchestrator(context, options.mailbox)
      const [{ addSubordinates }, { claimantProcess }] = await Promise.all([
        import('../../coordination/orchestrator/init.ts'),
        import('../../coordination/owner.ts'),
      ])
      const known = options.pid === undefined ? undefined : claimantProcess(options.pid)
      const added = texts.map((text) => parseSubordinate(text, known))
      const pid = Number(/_(\d+)$/.exec(mailbox.name)?.[1] ?? process.ppid)
      const registry = await addSubordinates(comms, mailbox, pid, added)
      if (context.out.json) context.out.result(registry)
      else for (const { id, role } of registry.subordinates) context.out.line(shownText(`${id}  ${role}`))
    })
  addExamples(command, [['iterm-orch orch add c:infrastructure --pid 4711', 'and which process it is']])
}

export function addRemove(parent: Command, context: CliContext): void {
  const command = parent
    .command('remove')
    .description('Takes a subordinate out of the registry. Its mailbox and what it has answered stay.')
    .argument('<name>', 'name, id or mailbox')
    .addOption(orchestratorOption())
    .action(async (name: string, options: { mailbox?: string }) => {
      const { comms, mailbox } = await openOrchestrator(context, options.mailbox)
      const [{ removeSubordinate }, { findSubordinate, readRegistry }] = await Promise.all([
        import('../../coordination/orchestrator/init.ts'),
        import('../../coordination/orchestrator/registry.ts'),
      ])
      const { id } = findSubordinate(readRegistry(comms, mailbox), name)
      const registry = await removeSubordinate(comms, mailbox, id)
      if (context.out.json) context.out.result(registry)
      else context.out.line(`Removed: ${id}`)
    })
  addExamples(command, [['iterm-orch orch remove c', 'it gets no more work']])
}

export function addStatus(parent: Command, context: CliContext): void {
  const command = parent
    .command('status')
    .description(
      'What the subordinates do, as claims, questions and processes show it now: idle, busy, blocked, gone.',
    )
    .summary('what the subordinates do')
    .addOption(orchestratorOption())
    .action(async (options: { mailbox?: string }) => {
      const { comms, mailbox } = await openOrchestrator(context, options.mailbox)
      const { observeSubordinates } = await import('../../coordination/orchestrator/observe.ts')
      const subordinates = await observeSubordinates(comms, mailbox)
      if (context.out.json) context.out.result({ orchestrator: mailbox.name, subordinates })
      else await showSubordinates(subordinates, context)
    })
  addExamples(command, [['iterm-orch orch status --json', 'with their open questions']])
}

function parseSubordinate(text: string, process?: NewSubordinate['process']): NewSubordinate {
  const [name = '', ...role] = text.split(':')
  if (/^[A-Za-z0-9_-]+$/.test(name)) return { name, role: role.join(':') || name, process }
  throw new OrchError('usage', `${JSON.stringify(text)} is no subordinate.`, {
    hint: 'Write NAME:ROLE, such as a:frontend_analysis.',
  })
}
