// Puts the binary into few files of CommonJS: what a command takes is mostly the loading of modules.
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
/** Of all commands, beside the one file of those that are waited for. */
const commands = join(dist, 'commands')

const common = { bundle: true, platform: 'node', target: 'node20.19', logLevel: 'warning' }
/**
 * CommonJS throughout: Node loads its ES module loader only when there is one module, and that takes longer than all
 * of the tap.
 */
const commonJs = { ...common, format: 'cjs', supported: { 'dynamic-import': false } }

/** The tap, hooks and the process of a task: one file each reads, since an agent waits for it. */
export async function bundleMain() {
  const outfile = join(dist, 'main.cjs')
  await build({
    ...commonJs,
    entryPoints: [join(root, 'src/main.ts')],
    outfile,
    minify: true,
    packages: 'external',
    define: { 'import.meta.url': '__filename' },
    plugins: [commandsStayOutside],
  })
  chmodSync(outfile, 0o755)
}

/**
 * All commands, with the libraries they take: a file for what is loaded together. esbuild splits ES modules only, so
 * these become CommonJS in a second step.
 */
export async function bundleCommands() {
  const split = join(dist, 'commands-as-modules')
  const { metafile } = await build({
    ...common,
    entryPoints: commandEntries.map((entry) => join(root, 'src/cli', `${entry}.ts`)),
    outdir: split,
    entryNames: '[name]',
    format: 'esm',
    splitting: true,
    outExtension: { '.js': '.mjs' },
    // With binaries of their own, or loaded where they are by `createRequire`.
    external: ['@lydell/node-pty', 'fs-native-extensions'],
    plugins: [ownPlaces, oneLanguage, noExecutables],
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
  })
  await build({
    ...commonJs,
    entryPoints: readdirSync(split)
      .filter((name) => name.endsWith('.mjs'))
      .map((name) => join(split, name)),
    outdir: commands,
    outExtension: { '.js': '.cjs' },
    define: { 'import.meta.url': 'here' },
    banner: { js: "const here = require('node:url').pathToFileURL(__filename).href;" },
    plugins: [chunksStayOutside],
    sourcemap: true,
    sourcesContent: false,
    // A library repeats itself (@xmldom/xmldom); the first step has said nothing of ours.
    // Names stay, for stack traces.
    minifySyntax: true,
    minifyWhitespace: true,
    logOverride: { 'duplicate-class-member': 'silent' },
  })
  rmSync(split, { recursive: true })
  writeFileSync(join(commands, 'LICENSES.txt'), licensesOf(Object.keys(metafile.inputs)))
}

const commandEntries = ['run-cli', 'tasks/agent-sessions']

const commandsStayOutside = {
  name: 'commands-stay-outside',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/cli\// }, ({ path }) => ({
      path: `./commands/${basename(path, '.ts')}.cjs`,
      external: true,
    }))
  },
}

const chunksStayOutside = {
  name: 'chunks-stay-outside',
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ path, kind }) =>
      kind === 'entry-point'
        ? undefined
        : { path: path.replace(/^(\.\/.*)\.mjs$/, '$1.cjs'), external: true },
    )
  },
}

/** Whoever looks for a file beside itself finds it where the compiler has put that module. */
const ownPlaces = {
  name: 'own-places',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8')
      if (!text.includes('import.meta.url')) return undefined
      const place = relative(join(root, 'src'), path).replace(/\.ts$/, '.js')
      const url = `new URL('../${place}', import.meta.url).href`
      return { contents: text.replaceAll('import.meta.url', url), loader: 'ts' }
    })
  },
}

/** The errors of zod in 50 languages are a third of it, and of what a command would have to read. */
const oneLanguage = {
  name: 'one-language',
  setup({ onLoad }) {
    onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js'",
    }))
  },
}

/** commander loads what it would start commands with that are programs of their own; ours are not. */
const noExecutables = {
  name: 'no-executables',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /\/commander\/lib\/command\.js$/.test(importer) ? { path: 'none', namespace: 'none' } : undefined,
    )
    onLoad({ filter: /./, namespace: 'none' }, () => ({ contents: 'module.exports = {}' }))
  },
}

/** What goes into our files keeps its license beside it. */
function licensesOf(inputs) {
  const packages = new Set(
    inputs.flatMap((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []),
  )
  return [...packages].sort().map(licenseOf).join('\n\n')
}

function licenseOf(directory) {
  const at = join(root, directory)
  const { name, version, license } = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'))
  const file = readdirSync(at).find((each) => /^licen[cs]e/i.test(each))
  const text = file === undefined ? `${license}\n` : readFileSync(join(at, file), 'utf8')
  return `${name} ${version}\n\n${text}`
}
