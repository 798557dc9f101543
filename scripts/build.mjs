// Compiles src/ into an empty dist/, adds the data files and makes the binary executable.
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const root = new URL('..', import.meta.url)
const at = (path) => fileURLToPath(new URL(path, root))

rmSync(at('dist'), { recursive: true, force: true })
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
execFileSync(process.execPath, [tsc, '-p', at('tsconfig.build.json')], { stdio: 'inherit' })
cpSync(at('src/agents/profiles'), at('dist/agents/profiles'), { recursive: true })
cpSync(at('src/coordination/briefs'), at('dist/coordination/briefs'), { recursive: true })
chmodSync(at('dist/main.js'), 0o755)
