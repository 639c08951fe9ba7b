/** Context key that names another file than fleetwide.config.json. */
export const CONFIG_KEY = 'fleetwide:config';
