/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.policy;

/**
 * Enumeration of the modes of do-not-disturb policies, which limit their effect. Policies
 * are not signed, so the gateway can forge them.
 */
public enum DndMode {

	/**
	 * Policies can deny an invocation without a request. Their approvals are ignored.
	 */
	DENY_ONLY,

	/**
	 * Policies are neither requested nor applied.
	 */
	OFF,

	/**
	 * Policies can deny an invocation, or approve it, without a request.
	 */
	FULL

}
