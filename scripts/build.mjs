// Compiles src/ into an empty dist/, puts the binary into one file, and adds the data files.
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = new URL('..', import.meta.url)
const at = (path) => fileURLToPath(new URL(path, root))

/** All other commands are loaded, when one is called, from what the compiler made of them. */
const commandsStayOutside = {
  name: 'commands-stay-outside',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/cli\// }, ({ path }) => ({
      path: path.replace(/\.ts$/, '.js'),
      external: true,
    }))
  },
}

rmSync(at('dist'), { recursive: true, force: true })
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
execFileSync(process.execPath, [tsc, '-p', at('tsconfig.build.json')], { stdio: 'inherit' })
await bundleBinary()
cpSync(at('src/agents/profiles'), at('dist/agents/profiles'), { recursive: true })
cpSync(at('src/signals/hooks/courier.pl'), at('dist/signals/hooks/courier.pl'))
cpSync(at('src/coordination/briefs'), at('dist/coordination/briefs'), { recursive: true })

// As CommonJS: Node loads its ES module loader only when there is one, and that takes longer than all of the tap.
async function bundleBinary() {
  const outfile = at('dist/main.cjs')
  await build({
    entryPoints: [at('src/main.ts')],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    packages: 'external',
    define: { 'import.meta.url': '__filename' },
    plugins: [commandsStayOutside],
    logLevel: 'warning',
  })
  chmodSync(outfile, 0o755)
}
