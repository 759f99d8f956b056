/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.slices;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/**
 * An application that isn't paired.
 */
@SpringBootApplication
class PayoutApplication {

	@Bean
	PayoutTool payoutTool() {
		return new PayoutTool();
	}

}
