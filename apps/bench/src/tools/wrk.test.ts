import { expect, it } from 'vitest';
import { parseWrk } from './wrk.ts';

const output = (more: string) => `Running 1s test @ http://127.0.0.1:1234/
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.44ms    1.49ms  17.72ms   84.94%
    Req/Sec    53.72k     2.51k   57.11k    72.73%
  58745 requests in 1.10s, 8.40MB read
${more}Requests/sec:  53410.18
Transfer/sec:      7.64MB
`;

it('reads how many requests there were', () => {
  expect(parseWrk(output(''))).toBe(58_745);
});

it('fails when one failed, or when there was none', () => {
  expect(() => parseWrk(output('  Socket errors: connect 0, read 1, write 0, timeout 0\n'))).toThrow('read 1');
  expect(() => parseWrk(output('  Non-2xx or 3xx responses: 3\n'))).toThrow('responses: 3');
  expect(() => parseWrk(output('').replace('58745', '0'))).toThrow('no request');
});
