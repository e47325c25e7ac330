// A view below another one: what both have in common is set above, and followed here while it moves.

import { Undoing } from "./undoing.js";

const FOLLOWED_SETTLED = 150; // ms without a change above before the exact answer is asked for

/**
 * @template [Facts=any]
 * @template {import("./live.js").Values} [Chosen=any]
 * @extends {Undoing<Facts, Chosen>}
 */
export class Follower extends Undoing {
  /** The event by which the view above says what its settings are. */
  get leader() { return ""; }

  /** Names of the settings that are set above. */
  get shared() { return /** @type {string[]} */ ([]); }

  /** The settings that have controls here. @returns {any[]} */
  get own() {
    return this.data.settings.filter(({ name }) => !this.shared.includes(name));
  }

  /** @param {ConstructorParameters<typeof Undoing>} brought */
  constructor(...brought) {
    super(...brought);
    /** @param {any} event */
    this.onLeader = ({ detail }) => this.follow(detail);
    window.addEventListener(this.leader, this.onLeader);
  }

  /**
   * The view above moves: show what follows from that now. The page's own run comes when it rests.
   * @param {import("./live.js").Values} values
   */
  follow(values) {
    const changed = this.shared.filter((name) => JSON.stringify(values[name]) !== JSON.stringify(this.values[name]));
    if (changed.length === 0) return;
    this.move(/** @type {any} */ (Object.fromEntries(changed.map((name) => [name, values[name]]))));
    this.settling = setTimeout(() => { if (this.live) this.ask({}, true); }, FOLLOWED_SETTLED);
  }

  /** Those of some settings that are set here: what is set above is taken back there. @param {Partial<Chosen>} changes */
  ofOwn(changes) {
    return /** @type {any} */ (Object.fromEntries(Object.entries(changes).filter(([name]) => !this.shared.includes(name))));
  }

  /** @param {Partial<Chosen>} changes */
  keepBefore(changes) {
    super.keepBefore(this.ofOwn(changes));
  }

  /** @param {Chosen} before */
  adopted(before) {
    super.adopted(this.ofOwn(before));
  }

  release() {
    window.removeEventListener(this.leader, this.onLeader);
  }
}
