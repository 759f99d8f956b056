/**
 * An agent whose refunds wait for a person.
 */
@NullMarked
package io.airlockapp.samples.agent;

import org.jspecify.annotations.NullMarked;
