import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { colorFromHex, colorToHex } from '../../src/iterm2/objects/color.ts'
import { createTab } from '../../src/iterm2/objects/open.ts'
import {
  listProfiles,
  readDefaultProfile,
  readSessionProfile,
  setProfileProperties,
} from '../../src/iterm2/objects/profile.ts'
import { transaction } from '../../src/iterm2/objects/transaction.ts'
import { readScreen } from '../../src/iterm2/screen/read.ts'
import { askForText, showAlert, showForm, showOpenPanel } from '../../src/iterm2/scripting/dialogs.ts'
import { invocation } from '../../src/iterm2/scripting/invocation.ts'
import { invokeFunction } from '../../src/iterm2/scripting/invoke.ts'
import {
  openStatusBarPopover,
  registerContextMenuItem,
  registerStatusBarComponent,
  registerTitleProvider,
  registerWebViewTool,
} from '../../src/iterm2/scripting/roles.ts'
import type { FakeTerminal } from '../support/fake-api-server.ts'
import { useIterm2 } from '../support/iterm2-fixture.ts'

const { connected } = useIterm2()

/** What arrived, by the name of the request, with begin and end of transactions told apart. */
function log(terminal: FakeTerminal): string[] {
  return terminal.received.map(({ id: _, ...message }) => {
    if (message.transactionRequest) return message.transactionRequest.begin ? 'begin' : 'end'
    return Object.keys(message)[0]?.replace(/Request$/, '') ?? ''
  })
}

describe('a transaction', () => {
  it('holds the terminal still around the work, and no longer', async () => {
    const { terminal, client } = await connected()
    terminal.respond('transaction', () => ({}))
    terminal.respond('getBuffer', () => ({}))
    const result = await transaction(client, async () => {
      await readScreen(client, 'S')
      await readScreen(client, 'S')
      return 'read'
    })
    expect(result).toBe('read')
    await readScreen(client, 'S')
    expect(log(terminal)).toEqual(['begin', 'getBuffer', 'getBuffer', 'end', 'getBuffer'])
  })

  it('ends when the work fails, and gives its error', async () => {
    const { terminal, client } = await connected()
    terminal.respond('transaction', () => ({}))
    const failure = transaction(client, async () => {
      throw new Error('work failed')
    })
    await expect(failure).rejects.toThrow('work failed')
    expect(log(terminal)).toEqual(['begin', 'end'])
  })

  it('refuses to begin inside another one, and what cannot complete inside', async () => {
    const { terminal, client } = await connected()
    terminal.respond('transaction', () => ({}))
    await transaction(client, async () => {
      const inner = transaction(client, async () => undefined)
      await expect(inner).rejects.toMatchObject({ code: 'in-transaction' })
      await expect(createTab(client)).rejects.toMatchObject({ code: 'in-transaction' })
      const invoked = invokeFunction(client, 'app', invocation('f'))
      await expect(invoked).rejects.toMatchObject({ code: 'in-transaction' })
    })
    expect(log(terminal)).toEqual(['begin', 'end'])
  })

  it('waits for another one of the same client, and lets other work create tabs meanwhile', async () => {
    const { terminal, client } = await connected()
    terminal.respond('transaction', () => ({}))
    terminal.respond('createTab', () => ({ windowId: 'w', tabId: 1, sessionId: 's' }))
    let finish = () => {}
    const held = new Promise<void>((resolve) => {
      finish = resolve
    })
    const order: string[] = []
    const first = transaction(client, () => held.then(() => void order.push('first')))
    const second = transaction(client, async () => void order.push('second'))
    await terminal.until(() => terminal.received.length === 1)
    await createTab(client)
    await turn()
    finish()
    await Promise.all([first, second])
    expect(order).toEqual(['first', 'second'])
    expect(log(terminal)).toEqual(['begin', 'createTab', 'end', 'begin', 'end'])
  })

  it('says so when the terminal ended it on its own', async () => {
    const { terminal, client } = await connected()
    terminal.respond('transaction', ({ begin }) => ({ status: begin ? 0 : 1 }))
    const failure = transaction(client, async () => undefined)
    await expect(failure).rejects.toMatchObject({ code: 'rejected', status: 'NO_TRANSACTION' })
  })
})

describe('a profile', () => {
  const color = {
    'Red Component': 1,
    'Green Component': 0.5,
    'Blue Component': 0,
    'Color Space': 'sRGB',
  }
  const properties = Object.entries({
    Guid: 'G',
    Name: 'Default',
    Rows: 25,
    Columns: '80',
    'Unlimited Scrollback': 1,
    'Custom Command': 'Something else',
    'Title Components': 1 | 4 | 1024,
    'Title Function': ['Shown', 'id'],
    Tags: ['a', 'b'],
    'Tab Color': color,
    'Ansi 3 Color (Dark)': color,
    'Blinking Cursor': true,
  }).map(([key, value]) => ({ key, jsonValue: JSON.stringify(value) }))

  it('has typed values for the keys in use, and all others by their key', async () => {
    const { terminal, client } = await connected()
    terminal.respond('getProfileProperty', () => ({ properties }))
    const profile = await readSessionProfile(client, 'S')
    expect(profile.get('name')).toBe('Default')
    expect(profile.get('columns')).toBe(80)
    expect(profile.get('unlimitedScrollback')).toBe(true)
    expect(profile.get('customCommand')).toBeUndefined()
    expect(profile.get('titleComponents')).toEqual(['session-name', 'working-directory', 'size'])
    expect(profile.get('titleFunction')).toEqual(['Shown', 'id'])
    expect(profile.get('tags')).toEqual(['a', 'b'])
    expect(profile.get('badgeText')).toBeUndefined()
    expect(profile.get('tabColor')).toEqual({ red: 1, green: 0.5, blue: 0, alpha: 1, space: 'sRGB' })
    expect(profile.ansiColor(3, 'dark')).toEqual(profile.get('tabColor'))
    expect(profile.getKey('Blinking Cursor')).toBe(true)
    expect(profile.keys).toHaveLength(properties.length)
  })

  it('of a session is changed for that session only, in one request', async () => {
    const { terminal, client } = await connected()
    terminal.respond('getProfileProperty', () => ({ properties }))
    terminal.respond('setProfileProperty', () => ({}))
    const profile = await readSessionProfile(client, 'S')
    await profile.set({
      titleComponents: ['job', 'custom'],
      tabColor: colorFromHex('#ff8000'),
      other: { 'Blinking Cursor': false },
    })
    const [request] = terminal.requests('setProfileProperty')
    expect(request?.session).toBe('S')
    expect(request?.guidList).toBeUndefined()
    const sent = (request?.assignments ?? []).map(({ key, jsonValue }) => [key, JSON.parse(jsonValue ?? '')])
    expect(Object.fromEntries(sent)).toEqual({
      'Title Components': 18,
      'Tab Color': expect.objectContaining({ 'Red Component': 1, 'Color Space': 'sRGB' }),
      'Blinking Cursor': false,
    })
    expect(profile.get('titleComponents')).toEqual(['job', 'custom'])
  })

  it('that is stored is found and changed by its guid', async () => {
    const { terminal, client } = await connected()
    terminal.respond('listProfiles', () => ({ profiles: [{ properties }] }))
    terminal.respond('setProfileProperty', () => ({}))
    terminal.respond('preferences', () => ({ results: [{ getDefaultProfileResult: { guid: 'G' } }] }))
    const profile = await readDefaultProfile(client)
    expect(terminal.requests('listProfiles')[0]).toMatchObject({ guids: ['G'] })
    await profile.set({ rows: 30 })
    expect(terminal.requests('setProfileProperty')[0]).toMatchObject({
      guidList: { guids: ['G'] },
      assignments: [{ key: 'Rows', jsonValue: '30' }],
    })
    await listProfiles(client, { keys: ['Name'] })
    expect(terminal.requests('listProfiles')[1]).toMatchObject({ properties: ['Guid', 'Name'] })
  })

  it('is changed with one request for each key where the terminal is older than 0.69', async () => {
    const { terminal, client } = await connected({ terminal: { protocolVersion: '0.68' } })
    terminal.respond('setProfileProperty', () => ({}))
    await setProfileProperties(client, { session: 'S' }, { rows: 1, columns: 2 })
    const requests = terminal.requests('setProfileProperty')
    expect(requests.map(({ key, jsonValue }) => [key, jsonValue])).toEqual([
      ['Rows', '1'],
      ['Columns', '2'],
    ])
    expect(requests.flatMap(({ assignments }) => assignments ?? [])).toEqual([])
  })

  it('has colours that are the same in both notations', () => {
    expect(colorFromHex('#f80')).toEqual(colorFromHex('ff8800'))
    expect(colorFromHex('#00000080').alpha).toBeCloseTo(0.5, 2)
    expect(colorToHex(colorFromHex('#12ab9f'))).toBe('#12ab9f')
    expect(() => colorFromHex('red')).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })
})

describe('a dialog', () => {
  it('gives the chosen button, and waits for as long as people do', async () => {
    const { terminal, client } = await connected()
    terminal.respond('invokeFunction', () => ({ success: { jsonResult: '1001' } }))
    const options = { title: 'T "quoted"', subtitle: 's', buttons: ['Yes', 'No'] }
    expect(await showAlert(client, options)).toBe(1)
    const [request] = terminal.requests('invokeFunction')
    expect(request).toMatchObject({
      app: {},
      invocation:
        'iterm2.alert(title: "T \\"quoted\\"", subtitle: "s", buttons: ["Yes", "No"], window_id: null)',
    })
    expect(request?.timeout).toBeGreaterThan(3600)
  })

  it('asks for text, fields and files', async () => {
    const { terminal, client } = await connected()
    let jsonResult = '"typed"'
    terminal.respond('invokeFunction', () => ({ success: { jsonResult } }))
    expect(await askForText(client, { title: 't', subtitle: 's', window: 'pty-1' })).toBe('typed')
    jsonResult = 'null'
    expect(await askForText(client, { title: 't', subtitle: 's' })).toBeNull()
    jsonResult = '{"button":"OK","tf_text":"x","combo":null,"checks":[1,0]}'
    const form = { title: 't', subtitle: 's', checkboxes: [{ label: 'a', checked: true }, { label: 'b' }] }
    expect(await showForm(client, form)).toEqual({
      button: 'OK',
      text: 'x',
      selected: null,
      checked: [true, false],
    })
    jsonResult = '["/a b","/c"]'
    expect(await showOpenPanel(client, { extensions: ['txt'] })).toEqual(['/a b', '/c'])
  })
})

describe('a function with a role', () => {
  /** Has the terminal call a function and gives what it is answered. */
  async function callBack(terminal: FakeTerminal, name: string, args: Record<string, unknown>) {
    terminal.respond('serverOriginatedRpcResult', () => ({}))
    const before = terminal.requests('serverOriginatedRpcResult').length
    const list = Object.entries(args).map(([key, value]) => ({ name: key, jsonValue: JSON.stringify(value) }))
    terminal.notify({
      serverOriginatedRpcNotification: { requestId: 'rpc-1', rpc: { name, arguments: list } },
    })
    await terminal.until(() => terminal.requests('serverOriginatedRpcResult').length > before)
    return terminal.requests('serverOriginatedRpcResult').at(-1)
  }

  it('makes titles', async () => {
    const { terminal, client } = await connected()
    const definition = {
      name: 'title',
      identifier: 'com.example.title',
      displayName: 'Example',
      arguments: ['job'],
      defaults: { job: 'jobName?' },
    }
    await registerTitleProvider(client, definition, ({ job }) => `<${job}>`)
    expect(terminal.subscriptions[0]?.rpcRegistrationRequest).toMatchObject({
      name: 'title',
      role: 2,
      displayName: 'Example',
      sessionTitleAttributes: { displayName: 'Example', uniqueIdentifier: 'com.example.title' },
      defaults: [{ name: 'job', path: 'jobName?' }],
    })
    expect(await callBack(terminal, 'title', { job: 'vim' })).toMatchObject({ jsonValue: '"<vim>"' })
  })

  it('fills the status bar, reads its knobs and is clicked', async () => {
    const { terminal, client } = await connected()
    const clicks: string[] = []
    await registerStatusBarComponent(
      client,
      {
        name: 'status',
        identifier: 'com.my-example.status',
        shortDescription: 'short',
        detailedDescription: 'long',
        exemplar: '42',
        updateCadence: 2,
        knobs: [
          { type: 'checkbox', key: 'on', name: 'On', default: true },
          { type: 'string', key: 'word', name: 'Word', default: 'x', placeholder: 'p' },
        ],
        onClick: (session) => void clicks.push(session),
      },
      (_, knobs) => [`${knobs['word']} is ${knobs['on']}`, 'short'],
    )
    expect(terminal.subscriptions[0]?.rpcRegistrationRequest).toMatchObject({
      role: 3,
      arguments: [{ name: 'knobs' }],
      statusBarComponentAttributes: {
        uniqueIdentifier: 'com.my-example.status',
        updateCadence: 2,
        knobs: [
          { type: 1, key: 'on', jsonDefaultValue: 'true' },
          { type: 2, key: 'word', jsonDefaultValue: '"x"', placeholder: 'p' },
        ],
      },
    })
    const knobs = JSON.stringify({ word: 'it', on: false })
    expect(await callBack(terminal, 'status', { knobs })).toMatchObject({
      jsonValue: '["it is false","short"]',
    })
    await callBack(terminal, '__com_my_example_status__on_click', { session_id: 'S' })
    expect(clicks).toEqual(['S'])
  })

  it('stands in the context menu', async () => {
    const { terminal, client } = await connected()
    const chosen: unknown[] = []
    const definition = {
      name: 'menu',
      identifier: 'com.example.menu',
      displayName: 'Do it',
      arguments: ['s'],
    }
    await registerContextMenuItem(client, definition, ({ s }) => void chosen.push(s))
    expect(terminal.subscriptions[0]?.rpcRegistrationRequest).toMatchObject({
      role: 4,
      contextMenuAttributes: { displayName: 'Do it', uniqueIdentifier: 'com.example.menu' },
    })
    expect(await callBack(terminal, 'menu', { s: 'S' })).toMatchObject({ jsonValue: 'null' })
    expect(chosen).toEqual(['S'])
  })

  it('has tools and popovers', async () => {
    const { terminal, client } = await connected()
    terminal.respond('registerTool', () => ({}))
    terminal.respond('statusBarComponent', () => ({ status: 3 }))
    await registerWebViewTool(client, { name: 'Tool', identifier: 'i', url: 'http://localhost:1/' })
    expect(terminal.requests('registerTool')[0]).toMatchObject({
      name: 'Tool',
      toolType: 1,
      URL: 'http://localhost:1/',
    })
    const popover = { identifier: 'i', session: 'S', html: '<b>', width: 10, height: 20 }
    await expect(openStatusBarPopover(client, popover)).rejects.toMatchObject({
      status: 'INVALID_IDENTIFIER',
    })
  })
})
