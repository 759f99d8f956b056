/**
 * How an application is paired with its approvers, and where pairings are kept.
 */
@NullMarked
package io.airlockapp.gateway.pairing;

import org.jspecify.annotations.NullMarked;
