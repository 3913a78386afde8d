// What the supervisor runs. CommonJS, for the sake of thread-pool.cts.
require('../../thread-pool.cjs');
void import('#primary-main');
