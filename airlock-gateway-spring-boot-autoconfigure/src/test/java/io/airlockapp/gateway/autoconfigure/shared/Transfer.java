/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure.shared;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

/**
 * Interface of a library.
 */
public interface Transfer {

	@RequiresAirlockApproval
	void transfer(String order);

}
