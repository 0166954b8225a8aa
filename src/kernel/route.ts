/** A route as Atlas prints it, turned into one for the router (find-my-way). */
export interface RoutePath {
  method: string;
  /** `{name}` becomes `:name`; a parameter followed by a verb stops at the colon, which the router would swallow. */
  url: string;
  /** Matches a request path, to tell a wrong method from an unknown resource. */
  pattern: RegExp;
}

export function routePath(route: string, prefix: string): RoutePath {
  const space = route.indexOf(' ');
  const path = prefix + route.slice(space + 1);
  return {
    method: route.slice(0, space),
    url: path.replace(/\{(\w+)\}:/g, ':$1(^[^:/]+)::').replace(/\{(\w+)\}/g, ':$1'),
    pattern: new RegExp(`^${path.replace(/\{(\w+)\}/g, '[^/:]+').replace(/\{(\w+)\}$/, '[^/]+')}/?$`),
  };
}
