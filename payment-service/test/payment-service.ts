import { readConfig } from 'service-kit/config';
import { type HttpService, startHttpService } from '../../service-kit/test/http-service.ts';
import { paymentConfig } from '../src/config.ts';
import { createService } from '../src/service.ts';

export function startPaymentService(): Promise<HttpService> {
  return startHttpService((env) => createService(readConfig(paymentConfig, env)));
}
