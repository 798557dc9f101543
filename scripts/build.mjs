// Compiles src/ into an empty dist/, bundles the binary, and adds the data files.
import { execFileSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { bundleCommands, bundleMain } from './bundle.mjs'

const root = new URL('..', import.meta.url)
const at = (path) => fileURLToPath(new URL(path, root))

rmSync(at('dist'), { recursive: true, force: true })
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
execFileSync(process.execPath, [tsc, '-p', at('tsconfig.build.json')], { stdio: 'inherit' })
// Bundled below; nobody else loads them.
for (const name of ['cli', 'main.js', 'main.js.map', 'main.d.ts'])
  rmSync(at(`dist/${name}`), { recursive: true })
await bundleMain()
await bundleCommands()
cpSync(at('src/agents/profiles'), at('dist/agents/profiles'), { recursive: true })
cpSync(at('src/signals/hooks/courier.pl'), at('dist/signals/hooks/courier.pl'))
cpSync(at('src/coordination/briefs'), at('dist/coordination/briefs'), { recursive: true })
