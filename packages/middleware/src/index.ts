// The public names of @lb/middleware. Nothing else is for use outside of it.
export { allow, deny } from './allow-deny.ts';
export { type AdmitOptions, createAdmit } from './chain.ts';
export { ClientSocket } from './client-socket.ts';
export { type ConnectionMiddleware, MIDDLEWARE_CONNECTION, type Next } from './connection-middleware.ts';
export { ControllerBalancer } from './controller-balancer.ts';
export { ControllerError, type ControllerErrorCode, MiddlewareError, type MiddlewareErrorCode } from './errors.ts';
export { type Controller, type ControllerScript, loadController } from './load-controller.ts';
export { reasonText } from './reason.ts';
export { resolveController } from './resolve-controller.ts';
