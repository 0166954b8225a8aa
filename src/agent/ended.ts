/** The agent cannot go on; the message tells the next step. */
export class AgentEnded extends Error {
  override readonly name = 'AgentEnded';
}
