/** In the value of a container's variable or a word of its command: the replica's own name, such as `service1-2`. */
export const REPLICA_NAME = '{{replica}}';
