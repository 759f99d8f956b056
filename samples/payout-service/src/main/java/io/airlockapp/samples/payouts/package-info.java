/**
 * A service in several instances that is paired by its environment alone.
 */
@NullMarked
package io.airlockapp.samples.payouts;

import org.jspecify.annotations.NullMarked;
