// A socket file as a killed process leaves it.
import { linkSync } from 'node:fs';
import { createServer } from 'node:net';

export async function leaveDeadSocket(path: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(`${path}.own`, resolve));
  // Closing removes the name that it was bound under, and no other.
  linkSync(`${path}.own`, path);
  await new Promise((resolve) => server.close(resolve));
}
