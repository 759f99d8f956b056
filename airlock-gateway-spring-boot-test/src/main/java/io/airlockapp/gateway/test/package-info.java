/**
 * Support for tests of applications that ask for approvals. JUnit and Spring's test
 * framework are optional: what needs them is used by them alone.
 */
@NullMarked
package io.airlockapp.gateway.test;

import org.jspecify.annotations.NullMarked;
