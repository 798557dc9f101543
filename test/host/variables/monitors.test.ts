import { beforeEach, describe, expect, it, vi } from 'vitest'
import {
  NotificationType,
  NotificationResponseStatus as Status,
  type VariableMonitorRequest,
  VariableScope,
} from '../../../src/messages/iterm2.ts'
import {
  type MemoryHost,
  type MemorySession,
  nextTurn,
  startMemoryHost,
  TestConnection,
} from '../memory-host.ts'

let host: MemoryHost
let session: MemorySession

beforeEach(async () => {
  host = startMemoryHost()
  session = await host.open()
  await nextTurn()
})

function monitor(variableMonitorRequest: VariableMonitorRequest, subscribe = true, to = host.connection) {
  const notificationType = NotificationType.NOTIFY_ON_VARIABLE_CHANGE
  return host.subscribe({ session: 'all', subscribe, notificationType, variableMonitorRequest }, to)
}

const ofSession = (name: string, identifier = session.id) => ({
  scope: VariableScope.SESSION,
  identifier,
  name,
})
const changes = (connection = host.connection) =>
  connection.received.map(({ variableChangedNotification: change }) => [
    change?.identifier,
    change?.name,
    JSON.parse(change?.jsonNewValue ?? ''),
  ])

function setUser(name: string, value: string) {
  return host.handlers.variable({ sessionId: session.id, set: [{ name, value }] }, host.connection)
}

describe('a variable monitor', () => {
  it('is not looked at when the layout changes, unless its variable may depend on that', async () => {
    expect(monitor(ofSession('jobName'))).toBe(Status.OK)
    expect(monitor(ofSession('termid'))).toBe(Status.OK)
    const read = vi.spyOn(session, 'variable')
    await host.open()
    await nextTurn()
    expect(read).not.toHaveBeenCalledWith('jobName')
    expect(changes()).toEqual([])
  })

  it('tells of real changes only, and not of the value that was there', async () => {
    await setUser('user.x', '1')
    expect(monitor(ofSession('user.x'))).toBe(Status.OK)
    await setUser('user.x', '1')
    await nextTurn()
    await setUser('user.x', '2')
    await nextTurn()
    await setUser('user.x', 'null')
    await nextTurn()
    expect(changes()).toEqual([
      [session.id, 'user.x', 2],
      [session.id, 'user.x', null],
    ])
  })

  it('echoes the identifier and the name that it was asked for', async () => {
    expect(monitor({ scope: VariableScope.APP, identifier: '', name: 'iterm2.user.mode' })).toBe(Status.OK)
    await host.handlers.variable({ app: true, set: [{ name: 'user.mode', value: '"x"' }] }, host.connection)
    await host.connection.expect(1)
    expect(host.connection.received).toEqual([
      {
        variableChangedNotification: {
          scope: VariableScope.APP,
          identifier: '',
          name: 'iterm2.user.mode',
          jsonNewValue: '"x"',
        },
      },
    ])
  })

  it('of all sessions includes those to come, each under its own id', async () => {
    expect(monitor(ofSession('user.x', 'all'))).toBe(Status.OK)
    const later = await host.open()
    await nextTurn()
    later.set('user.x', 'later')
    session.set('user.x', 'first')
    await host.connection.expect(2)
    expect(changes()).toEqual([
      [later.id, 'user.x', 'later'],
      [session.id, 'user.x', 'first'],
    ])
  })

  it('follows paths through the layout', async () => {
    const tab = host.tabOf(session.id)
    const windowId = host.windowOf(session.id)
    expect(monitor({ scope: VariableScope.TAB, identifier: tab, name: 'currentSession.user.x' })).toBe(
      Status.OK,
    )
    expect(monitor({ scope: VariableScope.WINDOW, identifier: windowId, name: 'currentTab.id' })).toBe(
      Status.OK,
    )
    session.set('user.x', 'one')
    await host.connection.expect(1)
    const other = await host.open({
      kind: 'split',
      target: session.id,
      vertical: true,
      before: false,
      select: true,
    })
    await host.connection.expect(2)
    other.set('user.x', 'two')
    await host.connection.expect(3)
    const next = await host.open({ kind: 'tab', windowId, select: true })
    await host.connection.expect(4)
    expect(changes()).toEqual([
      [tab, 'currentSession.user.x', 'one'],
      [tab, 'currentSession.user.x', null],
      [tab, 'currentSession.user.x', 'two'],
      [windowId, 'currentTab.id', host.tabOf(next.id)],
    ])
  })

  it('notices what is made of other variables', async () => {
    monitor(ofSession('name'))
    monitor({ scope: VariableScope.TAB, identifier: host.tabOf(session.id), name: 'title' })
    monitor(ofSession('badge'))
    monitor(ofSession('columns'))
    monitor(ofSession('profileName'))
    session.set('terminalIconName', 'vim')
    await host.connection.expect(2)
    host.sessionProfiles.change(session.id, { 'Badge Text': 'b', Name: 'Mine' })
    await host.connection.expect(4)
    host.host.layout.resizeSession(session.id, { columns: 100, rows: 30 })
    await host.connection.expect(5)
    expect(changes()).toEqual([
      [session.id, 'name', 'vim'],
      [host.tabOf(session.id), 'title', 'vim'],
      [session.id, 'badge', 'b'],
      [session.id, 'profileName', 'Mine'],
      [session.id, 'columns', 100],
    ])
  })

  it('has the process table watched only while it needs it', async () => {
    monitor(ofSession('user.x'))
    expect(session.watchers).toBe(0)
    monitor(ofSession('jobName'))
    monitor({ scope: VariableScope.TAB, identifier: host.tabOf(session.id), name: 'currentSession.path' })
    expect(session.watchers).toBe(2)
    const other = await host.open({
      kind: 'split',
      target: session.id,
      vertical: true,
      before: false,
      select: true,
    })
    await nextTurn()
    expect([session.watchers, other.watchers]).toEqual([1, 1])
    expect(monitor(ofSession('jobName'), false)).toBe(Status.OK)
    expect(session.watchers).toBe(0)
    host.connection.close()
    expect(other.watchers).toBe(0)
  })

  it('has the process table watched for a title once that shows a job', async () => {
    const tab = host.tabOf(session.id)
    monitor({ scope: VariableScope.TAB, identifier: tab, name: 'title' })
    expect(session.watchers).toBe(0)
    const invocation = 'iterm2.set_title(title: "in \\\\(currentSession.jobName?)")'
    await host.handlers.invokeFunction({ method: { receiver: tab }, invocation: invocation }, host.connection)
    await nextTurn()
    expect(session.watchers).toBe(1)
    session.set('jobName', 'vim')
    await host.connection.expect(2)
    expect(changes().at(-1)).toEqual([tab, 'title', 'in vim'])
  })

  it('is one per connection and whole request', async () => {
    const other = new TestConnection()
    expect(monitor(ofSession('user.x'))).toBe(Status.OK)
    expect(monitor(ofSession('user.x'))).toBe(Status.ALREADY_SUBSCRIBED)
    expect(monitor(ofSession('user.x'), true, other)).toBe(Status.OK)
    expect(monitor(ofSession('session.user.x'))).toBe(Status.OK)
    session.set('user.x', 1)
    await host.connection.expect(2)
    expect(other.received).toHaveLength(1)
    expect(monitor(ofSession('user.x'), false)).toBe(Status.OK)
    expect(monitor(ofSession('user.x'), false)).toBe(Status.NOT_SUBSCRIBED)
    other.close()
    session.set('user.x', 2)
    await nextTurn()
    expect(changes()).toHaveLength(3)
    expect(other.received).toHaveLength(1)
  })

  it('is refused for what cannot be watched', () => {
    const { TAB, APP, WINDOW } = VariableScope
    expect(monitor(ofSession('user.x', 'X'))).toBe(Status.INVALID_IDENTIFIER)
    expect(monitor({ scope: TAB, identifier: 'all', name: 'id' })).toBe(Status.INVALID_IDENTIFIER)
    expect(monitor({ scope: APP, identifier: 'all', name: 'pid' })).toBe(Status.INVALID_IDENTIFIER)
    expect(monitor({ scope: WINDOW, identifier: 'all', name: 'id' })).toBe(Status.OK)
    expect(monitor({ identifier: session.id, name: 'id' })).toBe(Status.REQUEST_MALFORMED)
    expect(monitor({ ...ofSession('') })).toBe(Status.REQUEST_MALFORMED)
  })
})
