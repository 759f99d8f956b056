/**
 * AssertJ assertions on what a simulated approver was asked.
 */
@NullMarked
package io.airlockapp.gateway.test.assertj;

import org.jspecify.annotations.NullMarked;
