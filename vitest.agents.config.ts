import { defineConfig } from 'vitest/config'

// The real agent CLIs under iterm-orch: `npm run test:agents`. The first run downloads about 900 MB.
export default defineConfig({
  test: {
    include: ['test/agents-real/*.agents.ts'],
    // Agents take seconds to start, and several run at once.
    testTimeout: 90_000,
    hookTimeout: 60_000,
    pool: 'forks',
    fileParallelism: false,
    globalSetup: ['test/support/agents/install-agents.ts'],
    setupFiles: ['test/support/empty-home.ts'],
  },
})
