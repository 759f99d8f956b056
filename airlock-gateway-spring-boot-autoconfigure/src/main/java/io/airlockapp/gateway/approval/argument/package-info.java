/**
 * Snapshots of the arguments of guarded calls, and the texts created from them.
 */
@NullMarked
package io.airlockapp.gateway.approval.argument;

import org.jspecify.annotations.NullMarked;
