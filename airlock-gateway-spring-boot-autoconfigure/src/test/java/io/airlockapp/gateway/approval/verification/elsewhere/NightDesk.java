/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification.elsewhere;

/**
 * A guarded class whose class file does not name the annotation.
 */
public class NightDesk extends GuardedDesk {

}
