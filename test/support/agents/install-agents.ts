// Global setup of `npm run test:agents`: installs what is missing and checks the versions, before any test.
import { agentNames, installAgent, pinnedAgents } from './pinned-agents.ts'

export default async function installAgents(): Promise<void> {
  for (const name of agentNames) {
    const bin = await installAgent(name)
    console.log(`${name} ${pinnedAgents[name].version} in ${bin}`)
  }
}
