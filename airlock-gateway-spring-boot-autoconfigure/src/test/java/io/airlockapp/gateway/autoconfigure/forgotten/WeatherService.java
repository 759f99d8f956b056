/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure.forgotten;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

/**
 * Guarded class of which nobody makes a bean.
 */
public class WeatherService {

	@RequiresAirlockApproval
	public String forecast() {
		return "rain";
	}

}
