/**
 * A desk at which refunds wait for a person.
 */
@NullMarked
package io.airlockapp.samples.refunds;

import org.jspecify.annotations.NullMarked;
