// The names of the figures. Balancers say which of them make sense for them.

export type FigureName = 'req64' | 'req1' | 'conn' | 'bulk' | 'latency' | 'idle' | 'targets';
