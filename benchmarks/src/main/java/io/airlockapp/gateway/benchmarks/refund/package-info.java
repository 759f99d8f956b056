/**
 * Application with guarded methods, as a user would write it.
 */
package io.airlockapp.gateway.benchmarks.refund;
