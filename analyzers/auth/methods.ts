import { asArray, asStrings, defineAnalyzer, field } from '#analysis';
import { messages } from './messages.ts';

const METHODS: ReadonlySet<string> = new Set(
  'GET HEAD POST PUT PATCH DELETE CONNECT OPTIONS TRACE'.split(' '),
);
const GRPC = /^\/[\w.]+\/\w+$/;

/** Methods that no request has. */
export const analyzer = defineAnalyzer({
  name: 'auth.MethodsAnalyzer',
  description: 'Checks that the methods of authorization policies are ones of HTTP or gRPC.',
  inputs: ['AuthorizationPolicy'],
  messages,
  codes: ['MSH0031'],
  scope: 'object',
  analyze: (context) => {
    for (const resource of context.all('AuthorizationPolicy'))
      asArray(field(resource, 'spec', 'rules')).forEach((rule, ruleIndex) => {
        asArray(field(rule, 'to')).forEach((to, toIndex) => {
          for (const list of ['methods', 'notMethods'])
            for (const [index, method] of asStrings(field(to, 'operation', list)).entries()) {
              if (METHODS.has(method) || GRPC.test(method) || method.includes('*') || method === '') continue;
              const path = ['spec', 'rules', ruleIndex, 'to', toIndex, 'operation', list, index];
              context.report('MSH0031', { method }, { resource, path });
            }
        });
      });
  },
});
