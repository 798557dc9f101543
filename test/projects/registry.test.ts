import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { resolveHome } from '../../src/lib/home.ts'
import {
  enableProject,
  registerProject,
  setDefaultProject,
  unregisterProject,
} from '../../src/projects/change-registry.ts'
import { chooseProject } from '../../src/projects/choose-project.ts'
import { readRegistry } from '../../src/projects/registry.ts'

const home = resolveHome()
let work: string

beforeEach(() => {
  mkdirSync(home.root, { recursive: true })
  rmSync(home.registered, { force: true })
  work = realpathSync(mkdtempSync(join(dirname(home.root), 'projects-')))
})

function directory(name: string): string {
  const path = join(work, name)
  mkdirSync(path, { recursive: true })
  return path
}

const onDisk = (): unknown => JSON.parse(readFileSync(home.registered, 'utf8'))
const names = () => readRegistry(home).projects.map(({ name }) => name)

describe('the registry', () => {
  it('is written in the form of the founding document', async () => {
    const path = directory('My Shop')
    const now = new Date('2026-01-29T12:00:00Z')
    expect(await registerProject(home, path, { now })).toMatchObject({ name: 'my-shop', state: 'ready' })
    expect(onDisk()).toEqual({
      projects: { 'my-shop': { path, enabled: true, registered_at: '2026-01-29T12:00:00.000Z' } },
    })
  })

  it('gives a directory a name in the letters that it has, however long it is', async () => {
    const given = ['परियोजना', 'Cafe\u0301 Ü!', `${'a'.repeat(63)}-b`, `${'b'.repeat(63)}𝒳`]
    for (const one of given) await registerProject(home, directory(one))
    expect(names()).toEqual(['a'.repeat(63), 'b'.repeat(63), 'caf\u00e9-ü', 'परियोजना'])
  })

  it('knows a directory in capital letters, where the file system takes them for the same', async (context) => {
    const path = directory('mixed')
    if (!existsSync(join(work, 'MIXED'))) return context.skip('it tells them apart')
    await registerProject(home, path)
    await expect(registerProject(home, join(work, 'MIXED'))).rejects.toThrow(
      'registered already, as project mixed',
    )
  })

  it('keeps what it does not know, and what it cannot use', async () => {
    const shop = directory('shop')
    const written = {
      version: 7,
      projects: { shop: { path: shop, colour: 'red' }, bad: { path: 3 }, worse: null, near: { path: 'x/y' } },
    }
    writeFileSync(home.registered, JSON.stringify(written))
    const { projects, problems } = readRegistry(home)
    expect(projects).toMatchObject([{ name: 'shop', enabled: true, state: 'ready' }])
    expect(problems).toEqual([
      expect.stringMatching(/^project bad: path: /),
      expect.stringMatching(/^project worse: /),
      'project near: path: must be an absolute path',
    ])
    await enableProject(home, 'shop', false)
    expect(onDisk()).toEqual({
      ...written,
      projects: { ...written.projects, shop: { path: shop, colour: 'red', enabled: false } },
    })
    await expect(enableProject(home, 'bad', true)).rejects.toMatchObject({ code: 'invalid-config' })
    await unregisterProject(home, 'bad')
    expect(readRegistry(home).problems).toHaveLength(2)
  })

  it.each(['', '{"projects": {', '[]', '{"projects": []}', '{}'])(
    'never replaces a file that it cannot understand: %j',
    async (text) => {
      writeFileSync(home.registered, text)
      expect(() => readRegistry(home)).toThrow(expect.objectContaining({ code: 'invalid-config' }))
      await expect(registerProject(home, directory('shop'))).rejects.toMatchObject({ code: 'invalid-config' })
      expect(readFileSync(home.registered, 'utf8')).toBe(text)
    },
  )

  it('has each name and each directory once, by whichever way it is named', async () => {
    const shop = directory('shop')
    await registerProject(home, shop)
    symlinkSync(shop, join(work, 'link'))
    await expect(registerProject(home, join(work, 'link'))).rejects.toMatchObject({
      code: 'project-exists',
      message: `${shop} is registered already, as project shop.`,
    })
    await expect(registerProject(home, directory('other/shop'))).rejects.toMatchObject({
      code: 'project-exists',
    })
    await registerProject(home, directory('other/shop'), { name: 'shop-2' })
    expect(names()).toEqual(['shop', 'shop-2'])
    await expect(registerProject(home, join(work, 'nowhere'))).rejects.toMatchObject({ code: 'usage' })
    await expect(registerProject(home, directory('x'), { name: '../x' })).rejects.toMatchObject({
      code: 'bad-name',
    })
  })

  it('says of two entries for one directory which one it does not use', () => {
    const path = directory('shop')
    writeFileSync(home.registered, JSON.stringify({ projects: { a: { path }, b: { path } } }))
    expect(readRegistry(home)).toMatchObject({
      projects: [{ name: 'a' }],
      problems: ['project b: its directory is that of project a'],
    })
  })

  it('loses nothing when many register at the same time', async () => {
    const many = Array.from({ length: 20 }, (_, index) => `p${String(index).padStart(2, '0')}`)
    await Promise.all(many.map((name) => registerProject(home, directory(name))))
    expect(names()).toEqual(many)
    await Promise.all(many.slice(1).map((name) => unregisterProject(home, name)))
    expect(names()).toEqual(['p00'])
  })

  it('keeps a project whose directory is away, and has it back when it is there', async () => {
    const shop = directory('shop')
    await registerProject(home, shop)
    renameSync(shop, join(work, 'moved'))
    expect(readRegistry(home).projects).toMatchObject([{ name: 'shop', state: 'missing' }])
    renameSync(join(work, 'moved'), shop)
    expect(readRegistry(home).projects).toMatchObject([{ name: 'shop', state: 'ready' }])
    await unregisterProject(home, shop)
    expect(names()).toEqual([])
  })
})

describe('which project is meant', () => {
  it('is the named one, else the one around the directory, else the only one', async () => {
    const shop = directory('shop')
    const inner = directory('shop/packages/inner')
    await registerProject(home, shop)
    expect(chooseProject(readRegistry(home), { directory: work }).name).toBe('shop')
    await registerProject(home, inner)
    const choose = (options: Parameters<typeof chooseProject>[1]) =>
      chooseProject(readRegistry(home), options).name
    expect(choose({ wanted: 'shop', directory: inner })).toBe('shop')
    expect(choose({ wanted: shop })).toBe('shop')
    expect(choose({ directory: directory('shop/packages/inner/src') })).toBe('inner')
    expect(choose({ directory: directory('shop/packages') })).toBe('shop')
    expect(() => choose({ directory: directory('shopping') })).toThrow(/lies in no registered project/)
    expect(() => choose({ wanted: join(shop, 'typo') })).toThrow(/There is no project/)
    await setDefaultProject(home, 'inner')
    expect(choose({ directory: work })).toBe('inner')
    expect(choose({ directory: shop })).toBe('shop')
  })

  it('is the default one only while that is registered', async () => {
    await registerProject(home, directory('shop'))
    await registerProject(home, directory('blog'))
    expect(await setDefaultProject(home, join(work, 'blog'))).toBe('blog')
    expect(readRegistry(home).defaultProject).toBe('blog')
    await expect(setDefaultProject(home, 'bolg')).rejects.toThrow(/There is no project "bolg"/)
    await unregisterProject(home, 'blog')
    expect(JSON.parse(readFileSync(home.registered, 'utf8'))).not.toHaveProperty('default')
    await setDefaultProject(home, 'shop')
    await unregisterProject(home, 'nobody').catch(() => {})
    expect(readRegistry(home).defaultProject).toBe('shop')
    await setDefaultProject(home, undefined)
    expect(readRegistry(home)).toMatchObject({ defaultProject: undefined, problems: [] })
  })

  it.each(['gone', 7, null])('is not the default one when that is %j', async (wrong) => {
    await registerProject(home, directory('shop'))
    const file = JSON.parse(readFileSync(home.registered, 'utf8'))
    writeFileSync(home.registered, JSON.stringify({ ...file, default: wrong }))
    expect(readRegistry(home)).toMatchObject({
      projects: [{ name: 'shop' }],
      defaultProject: undefined,
      problems: [`the default project, ${JSON.stringify(wrong)}, is none of them`],
    })
  })
})
