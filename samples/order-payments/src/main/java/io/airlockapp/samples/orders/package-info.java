/**
 * Orders that are paid once a person has approved it.
 */
@NullMarked
package io.airlockapp.samples.orders;

import org.jspecify.annotations.NullMarked;
