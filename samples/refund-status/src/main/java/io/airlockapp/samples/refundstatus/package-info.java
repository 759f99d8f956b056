/**
 * Refunds that are accepted at once and made when a person has approved them.
 */
@NullMarked
package io.airlockapp.samples.refundstatus;

import org.jspecify.annotations.NullMarked;
