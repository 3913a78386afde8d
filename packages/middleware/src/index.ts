// The public names of @lb/middleware. Nothing else is for use outside of it.

export { type AdmitOptions, createAdmit } from './chain/chain.ts';
export { type ConnectionMiddleware, MIDDLEWARE_CONNECTION, type Next } from './chain/connection-middleware.ts';
export { ControllerBalancer } from './controller/controller-balancer.ts';
export { type Controller, type ControllerScript, loadController } from './controller/load-controller.ts';
export { resolveController } from './controller/resolve-controller.ts';
export { ControllerError, type ControllerErrorCode, MiddlewareError, type MiddlewareErrorCode } from './errors.ts';
export { allow, deny } from './ready-made/allow-deny.ts';
export { reasonText } from './reason.ts';
export { ClientSocket } from './socket/client-socket.ts';
