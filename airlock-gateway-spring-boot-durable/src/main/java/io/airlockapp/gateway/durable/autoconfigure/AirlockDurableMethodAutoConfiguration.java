/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.autoconfigure;

import io.airlockapp.gateway.approval.snapshot.SnapshotWriter;
import io.airlockapp.gateway.approval.guard.ApprovalAdvisor;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import io.airlockapp.gateway.durable.method.DurableTargets;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;

/**
 * Auto-configuration for the durable methods of beans. It does not depend on the gateway,
 * so that methods whose calls cannot be recorded are refused in each environment.
 */
@AutoConfiguration(after = AirlockApprovalAutoConfiguration.class)
@ConditionalOnBean(ApprovalAdvisor.class)
public final class AirlockDurableMethodAutoConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static DurableTargets airlockDurableTargets(ObjectProvider<JsonMapper> jsonMapper,
			ObjectProvider<SnapshotWriter> snapshotWriter) {
		return new DurableTargets(() -> jsonMapper.getIfUnique(JsonMapper::new), snapshotWriter::getObject);
	}

}
